{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A folder's schema is its name, in every target. -#}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
