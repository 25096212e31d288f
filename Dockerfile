# syntax=docker/dockerfile:1
# The bot for a real MongoDB (see compose.yaml). EMBEDDED=1 adds SecantusDB, a separate program
# under GPL-2.0-only: whoever passes such an image on owes its source too, so the default leaves it out.

FROM python:3.13-slim AS build
ARG EMBEDDED=0
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /venv
COPY requirements/core.txt requirements/embedded.txt requirements/
RUN if [ "$EMBEDDED" = 1 ]; then lock=embedded; else lock=core; fi \
    && /venv/bin/pip install --require-hashes --requirement "requirements/$lock.txt"
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY storage storage
RUN /venv/bin/pip install --no-index --no-deps --no-build-isolation . \
    && /venv/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin trackline \
    && install --directory --owner trackline --group trackline --mode 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HTTP_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["trackline"]
CMD ["run"]
