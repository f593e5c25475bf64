{#- A table of the published mart that publishing fills, not dbt. Only views of the mart may read it, and dbt builds none of those. -#}
{% macro mart_table(name) -%}
{{ name }}
{%- endmacro %}
