"""/healthz and /metrics on a port of their own. Counts failures, never members or what they look up."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from bot.errors import StartFailed


class SidePort:
    """Answers a health check and a scrape; `healthy` and the gauges are asked at that moment."""

    def __init__(self, healthy: Callable[[], bool], gauges: dict[str, tuple[str, Callable[[], float]]]) -> None:
        self._healthy = healthy
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        for name, (says, read) in gauges.items():
            Gauge(f"compersion_{name}", says, registry=self._registry).set_function(read)

    @asynccontextmanager
    async def listening(self, host: str, port: int | None) -> AsyncGenerator[int | None]:
        """Listen while the block runs; gives the port, or None when switched off.

        Raises:
            StartFailed: the address cannot be had.
        """
        if port is None:
            yield None
            return
        application = web.Application()
        application.router.add_get("/healthz", self._health)
        application.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                said = f"{host}:{port} cannot be had for health and metrics: {error.strerror}"
                raise StartFailed(f"{said}; change side_port in the configuration") from None
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        healthy = self._healthy()
        return web.Response(text="ok\n" if healthy else "not connected to Discord\n", status=200 if healthy else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
