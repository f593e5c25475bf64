{#- What the current run is: read from the control table, since a changed var would cost a full parse. -#}

{% macro as_of() -%}
    (select as_of from control.run)
{%- endmacro %}

{% macro run_id() -%}
    (select run_id from control.run)
{%- endmacro %}

{% macro known(column) -%}
    {#- An outcome time, or NULL while it lies after the run's now. -#}
    case when {{ column }} <= {{ as_of() }} then {{ column }} end
{%- endmacro %}

{% macro is_building() -%}
    {#- True while dbt writes tables; compiling or documenting must not touch the control tables. -#}
    {{ return(execute and flags.WHICH in ['run', 'build']) }}
{%- endmacro %}
