# syntax=docker/dockerfile:1
#
# Two images: the bot, which carries no model and no database, and the engine.
#
#     docker build --target bot --tag magpie-bot .
#     docker build --target engine --tag magpie-engine .
#
# The engine runs on a CPU and on an NVIDIA GPU: torch's wheel for Linux on PyPI brings CUDA's libraries.
#
# Base images are pinned by tag. No registry could be reached where this was written, so their digests
# are not known here; `docker buildx imagetools inspect python:3.11.13-slim-bookworm` prints one, to be
# appended as `@sha256:…`.

FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

# Not slim: pdqhash comes as source alone and is compiled here.
FROM python:3.11.13-bookworm AS builder
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_CACHE_DIR=/var/cache/uv \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON=/usr/local/bin/python3.11 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./

# Libraries first: their layer stays when only Magpie changes.
FROM builder AS bot-builder
RUN --mount=type=cache,target=/var/cache/uv \
    uv sync --locked --no-default-groups --no-install-project
COPY bot bot
COPY engine engine
RUN --mount=type=cache,target=/var/cache/uv \
    uv sync --locked --no-default-groups --no-editable

FROM builder AS engine-builder
RUN --mount=type=cache,target=/var/cache/uv \
    uv sync --locked --no-install-project
COPY bot bot
COPY engine engine
RUN --mount=type=cache,target=/var/cache/uv \
    uv sync --locked --no-editable

# Nothing but /data and /tmp is ever written. The user's number is fixed, so that a volume keeps its owner.
FROM python:3.11.13-slim-bookworm AS runtime
RUN groupadd --gid 10001 magpie \
    && useradd --uid 10001 --gid magpie --home-dir /tmp --no-create-home --shell /usr/sbin/nologin magpie \
    && install --directory --mode 0700 --owner magpie --group magpie /data
# Models that are downloaded lie beside the data, and outlive the container.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    XDG_CACHE_HOME=/data/cache \
    ENGINE_DATA_DIR=/data
USER 10001:10001
ENTRYPOINT ["magpie"]

# No port and no health check: a bot that cannot work ends, and one that lost its connection makes a new one.
FROM runtime AS bot
COPY --from=bot-builder /app/.venv /app/.venv
HEALTHCHECK NONE
CMD ["bot", "--verbose"]

FROM runtime AS engine
COPY --from=engine-builder /app/.venv /app/.venv
ENV ENGINE_HOST=0.0.0.0 \
    ENGINE_PORT=8701
EXPOSE 8701
# Alive, not ready: loading a model, or downloading it at the first start, is no reason to be replaced.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener as o; o(ProxyHandler({})).open('http://127.0.0.1:8701/v1/health/live', timeout=4)"]
CMD ["engine"]
