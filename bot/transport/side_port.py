"""/healthz, /readyz and /metrics on a port of their own. Counts failures, never members or what they look up."""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

Look = Callable[[], Awaitable[Mapping[str, str]]]
"""Gives what each part is not ready for, by its name: a sentence, or nothing where all is well."""


class SidePort:
    """Answers a health check and a scrape; `healthy`, `look` and the gauges are asked at that moment."""

    def __init__(
        self,
        healthy: Callable[[], bool],
        look: Look,
        gauges: Mapping[str, tuple[str, Callable[[], float]]],
        version: str,
    ) -> None:
        self._healthy, self._look = healthy, look
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        for name, (says, read) in gauges.items():
            Gauge(f"compersion_{name}", says, registry=self._registry).set_function(read)
        running = Gauge("compersion_build_info", "The version that runs", ["version"], registry=self._registry)
        running.labels(version).set(1)

    @asynccontextmanager
    async def listening(self, held: Sequence[socket.socket]) -> AsyncGenerator[None]:
        """Listen on ports that are held while the block runs."""
        application = web.Application()
        application.router.add_get("/healthz", self._health)
        application.router.add_get("/readyz", self._ready)
        application.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            for one in held:
                await web.SockSite(runner, one).start()
            yield
        finally:
            await runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        healthy = self._healthy()
        return web.Response(text="ok\n" if healthy else "not connected to Discord\n", status=200 if healthy else 503)

    async def _ready(self, _: web.Request) -> web.Response:
        parts = await self._look()
        lines = [f"{name}: {trouble or 'ok'}\n" for name, trouble in parts.items()]
        return web.Response(text="".join(lines), status=503 if any(parts.values()) else 200)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
