"""The application, put together from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from prometheus_client import CollectorRegistry

from api.access import Door, KeyRing, Scope, Sessions
from api.alerts.routes import alerts_router
from api.clock import Clock
from api.edge import Edge, RequestMetrics
from api.forecasts.routes import forecasts_router
from api.health.readiness import ReadModelReadiness
from api.health.routes import health_router, probe_router
from api.inventory.routes import inventory_router
from api.live.feed import ChangeFeed
from api.live.routes import stream_router
from api.openapi import describe
from api.page.reference import reference_router
from api.page.routes import STATIC, ConsoleFiles, page_router
from api.page.vendor import vendor_router
from api.pipeline.flow import Flow
from api.pipeline.routes import pipeline_router
from api.pipeline.scrapes import Scraper
from api.problems import ProblemKind, answer_problems, documented
from api.quality.routes import quality_pages_router, quality_router
from api.read_model import ReadModel
from api.settings import ApiSettings
from api.uploads.routes import Uploads, upload_router

_EVERY_ROUTE = documented(
    ProblemKind.UNAUTHENTICATED,
    ProblemKind.FORBIDDEN,
    ProblemKind.INVALID_REQUEST,
    ProblemKind.UNAVAILABLE,
)


def create_app(
    settings: ApiSettings,
    *,
    readiness: ReadModelReadiness,
    model: ReadModel,
    clock: Clock,
    registry: CollectorRegistry,
    feed: ChangeFeed | None = None,
    uploads: Uploads | None = None,
) -> FastAPI:
    """Return the application; nothing is opened before the first request.

    `feed` is for whoever wants to end its streams. Without `uploads` none are taken.
    """
    feed = ChangeFeed(model) if feed is None else feed

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        readiness.ready()
        yield
        readiness.not_ready("stopping")

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    door = Door(
        KeyRing(settings.keys_file), Sessions(settings.state_dir, clock), port=settings.port
    )
    guard = door.requires(Scope.STOCK_READ)
    readers = APIRouter(prefix="/v1", dependencies=[Depends(guard)], responses=_EVERY_ROUTE)
    readers.include_router(inventory_router(model, clock))
    # Before the alerts by id, which would take "stream" for one.
    readers.include_router(stream_router(model, clock, feed, guard))
    readers.include_router(alerts_router(model, clock))
    readers.include_router(forecasts_router(model, clock))
    readers.include_router(pipeline_router(_flow(settings, model, clock)))
    readers.include_router(health_router(model, clock, settings))
    if settings.lake is not None:
        readers.include_router(quality_router(settings.lake / "quality"))
        app.include_router(quality_pages_router(door, settings.lake / "quality"))
    app.include_router(readers)
    if uploads is not None:
        of_uploads = upload_router(uploads, model, door)
        app.include_router(of_uploads, prefix="/v1", responses=_EVERY_ROUTE)
    app.include_router(probe_router(readiness, registry))
    app.include_router(page_router(door, once_file=settings.once_file))
    app.include_router(reference_router(lambda: app.openapi()))
    app.include_router(vendor_router(settings.console_jar))
    app.mount("/static", ConsoleFiles(directory=STATIC), name="static")
    answer_problems(app)
    app.add_middleware(Edge, allowed_hosts=settings.allowed_hosts, metrics=RequestMetrics(registry))
    describe(app, cookie=door.cookie)
    return app


def _flow(settings: ApiSettings, model: ReadModel, clock: Clock) -> Flow:
    return Flow(
        model,
        clock,
        status_file=settings.status_file,
        schedule_file=settings.schedule_file,
        scraper=Scraper(),
    )
