{% macro pii(column) -%}
    {#- Personal data as a salted hash: joinable, not readable. -#}
    sha256('{{ env_var("KPI_PII_SALT", "kpi-mart") | replace("'", "''") }}' || {{ column }})
{%- endmacro %}
