"""The HTTP interface: every verb, the lists of the catalog, own rows and jobs, at `/api/v1`, described by one OpenAPI document."""
