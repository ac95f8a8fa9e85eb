# Production only: no extras, no build tools, nobody's root. Run it with a read-only root file system:
#   docker build -t compersion-bot .
#   docker run --read-only --tmpfs /tmp -v compersion-state:/state -e DISCORD_TOKEN compersion-bot
# With check-ins: -v /etc/compersion/key:/run/key:ro -e COMPERSION_STORAGE__KEY_FILES=/run/key, see docs/operating.md
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock .
# The lock's first part is production; what follows the second heading is for the demo and for development.
RUN sed '/^# Demo and development/,$d' requirements.lock > production.txt \
 && python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r production.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin bot && install -d -o bot -g bot -m 700 /state
COPY --from=build /venv /venv
WORKDIR /app
COPY content content
COPY bot bot
# The database's default address, state/bot.db, is then on the volume. The key is mounted from elsewhere, read-only.
RUN rm -rf bot/demo && python -m compileall -q bot && ln -s /state state
USER bot
VOLUME /state
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
