{% macro duckdb__collect_freshness_custom_sql(source, loaded_at_query) -%}
    {#- How new a source table is at the last run's now, not at the clock: what `dbt source freshness` asks. -#}
    {%- call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) %}
        select ({{ loaded_at_query }}) as max_loaded_at, {{ as_of() }} as snapshotted_at
    {%- endcall %}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{%- endmacro %}
