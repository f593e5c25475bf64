{% macro page_template(url) -%}
    {#- A page without its query string, and with path parts that carry a digit (ids) replaced: /product/:id. -#}
    regexp_replace(split_part(split_part({{ url }}, '?', 1), '#', 1), '/[^/]*[0-9][^/]*', '/:id', 'g')
{%- endmacro %}
