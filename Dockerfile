# The service in one image. For this machine alone, without keys:
#   docker build -t slantwise .
#   docker run --rm -v slantwise:/data -p 127.0.0.1:8000:8000 -e SLANTWISE_ALLOW_OPEN=1 slantwise
# For others, make a key first, and leave SLANTWISE_ALLOW_OPEN out (docs/access.md):
#   docker run --rm -v slantwise:/data slantwise slantwise keys create NAME --scope score --scope read
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 slantwise && install -d -o slantwise -g slantwise -m 700 /data
WORKDIR /srv/slantwise

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY pyproject.toml requirements-dev.txt requirements-train.txt README.md LICENSE NOTICE slantwise.py ./
COPY models models
COPY service service
COPY training training
COPY datasets datasets
RUN pip install --no-cache-dir --no-deps --editable .

# Inside the container every address is the container's own, so the server asks for a key or for the
# operator's word that everybody may ask: who may reach it is decided by -p above, not in here.
# /data holds keys, the secret they need, the store and local bundles.
# Names other than localhost must be allowed: -e SLANTWISE_ALLOWED_HOSTS=slant.example.org
ENV SLANTWISE_HOST=0.0.0.0 \
    SLANTWISE_HOME=/data \
    PYTHONUNBUFFERED=1
USER slantwise
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["slantwise", "serve"]
