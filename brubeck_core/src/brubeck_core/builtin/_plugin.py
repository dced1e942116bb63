"""Register the built-in references, exactly as any other plugin registers its own."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import (
    TEMPLATE_FILE_OPTIONS,
    CacheRegistration,
    ConcurrencyRegistration,
    ConnectionRegistration,
    Option,
    QuerysetRegistration,
    RendererRegistration,
    UserStoreRegistration,
    hookimpl,
)


@hookimpl
def brubeck_register_concurrency() -> Iterable[ConcurrencyRegistration]:
    yield ConcurrencyRegistration(
        name="threads",
        target="brubeck_core.builtin.threads:Threads",
        summary="Plain threads of the standard library.",
    )


@hookimpl
def brubeck_register_connections() -> Iterable[ConnectionRegistration]:
    yield ConnectionRegistration(
        name="local",
        target="brubeck_core.builtin.local_connection:LocalConnection",
        summary="Requests from within the process, for tests.",
    )


@hookimpl
def brubeck_register_renderers() -> Iterable[RendererRegistration]:
    yield RendererRegistration(
        name="string",
        target="brubeck_core.builtin.string_renderer:StringRenderer",
        options=TEMPLATE_FILE_OPTIONS,
        summary="string.Template files with every value escaped.",
    )


@hookimpl
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:
    yield UserStoreRegistration(
        name="memory",
        target="brubeck_core.builtin.memory_users:MemoryUserStore",
        summary="Users in this process, gone when it ends.",
    )
    yield UserStoreRegistration(
        name="csv",
        target="brubeck_core.builtin.csv_users:CsvUserStore",
        options=(Option("path", str, 'The file; "users.csv" unless set.'),),
        summary="Users in a sorted CSV file.",
    )


@hookimpl
def brubeck_register_caches() -> Iterable[CacheRegistration]:
    yield CacheRegistration(
        name="memory",
        target="brubeck_core.builtin.memory_cache:MemoryCache",
        options=(
            Option("max_entries", int, "Keep at most so many; the least recently used go first."),
        ),
        summary="A bounded cache in this process.",
    )


@hookimpl
def brubeck_register_querysets() -> Iterable[QuerysetRegistration]:
    yield QuerysetRegistration(
        name="memory",
        target="brubeck_core.builtin.memory_queryset:MemoryQueryset",
        summary="Items in this process, gone when it ends.",
    )
