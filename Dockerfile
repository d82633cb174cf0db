# The service in one image: docker build -t slantwise . && docker run --rm -p 127.0.0.1:8000:8000 slantwise
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 slantwise
WORKDIR /srv/slantwise

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY pyproject.toml requirements-dev.txt requirements-train.txt README.md LICENSE NOTICE slantwise.py ./
COPY models models
COPY service service
COPY training training
COPY datasets datasets
RUN pip install --no-cache-dir --no-deps --editable .

# Inside the container every address is the container's own; who may reach it is decided by -p above.
# Names other than localhost must be allowed: -e SLANTWISE_ALLOWED_HOSTS=slant.example.org
ENV SLANTWISE_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
USER slantwise
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["slantwise", "serve"]
