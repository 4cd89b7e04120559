"""What the server allows: times, sizes, numbers."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds that keep one request from harming others."""

    query_seconds: float = 20.0
    """Time of one SPARQL query; then its process is ended."""
    rows: int = 10_000
    """Rows of one answer; a header says where it was cut."""
    triples: int = 100_000
    """Statements of one CONSTRUCT or DESCRIBE."""
    answer_bytes: int = 64_000_000
    query_bytes: int = 100_000
    """Length of a query, and of the body that brings it."""
    memory_bytes: int = 4_000_000_000
    """Address space of one query's process."""
    queries: int = 2
    """Queries at work at once."""
    waiting: int = 32
    """Queries that may wait for that; more are sent away with 503."""
    header_seconds: float = 10.0
    """Time in which a client has to send the head of its request."""
    header_bytes: int = 32_768
    body_seconds: float = 10.0
    """Time in which the body has to follow."""
    send_seconds: float = 30.0
    """Time in which a client has to read 64 kB of its answer, or the rest of it."""
    connections: int = 1_000
    """Connections at once; beyond that those that ask nothing are closed, the oldest first."""
    cache_bytes: int = 48_000_000
    """Bodies kept in memory."""
