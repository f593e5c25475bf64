{% macro pii(column) -%}
    {#-
      Personal data as an HMAC-SHA256: joinable, not readable. The key is in variables that the profile's plugin sets
      from KPI_PII_SALT on every connection. Without it, and for nothing at all, the result is NULL.
    -#}
    sha256(
        getvariable('pii_outer')::blob
        || unhex(sha256(getvariable('pii_inner')::blob || encode(nullif({{ column }}::varchar, ''))))
    )
{%- endmacro %}
