"""The blueprint of all pages under /dashboard/, and what it may load."""

from typing import Final

from apiflask import APIBlueprint
from flask import Response

from service.access.headers import content_security_policy

#: The style sheet that the plotting library puts into each chart, by its hash; a test makes it anew.
PLOT_STYLE: Final = "sha256-vf2v+4SmM6Fw8Kogv29THmFd1MRu8WeFzpoZMPoXFeM="
POLICY: Final = content_security_policy(PLOT_STYLE)

bp = APIBlueprint("dashboard", __name__, url_prefix="/dashboard", enable_openapi=False)


@bp.after_request
def allow_charts(response: Response) -> Response:
    """Let charts bring their one style sheet; everything else is as strict as elsewhere."""
    response.headers["Content-Security-Policy"] = POLICY
    return response
