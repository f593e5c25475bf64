{#- How staging reads the landing: only batches it has not seen, the newest version of every key. -#}

{% macro source_spec(system, table) -%}
    {{ return(var('sources', {}).get(system, {}).get(table, {})) }}
{%- endmacro %}

{% macro raw(system, table) -%}
    {#-
      The table's landed rows with _batch, _version (the cursor, UTC) and _deleted.
      upsert, append: one row per key, the newest version; replaces: the newest pull's rows of each group;
      snapshot: the newest pull that lost no row to quarantine, and what later ones hold.
    -#}
    {%- set spec = source_spec(system, table) -%}
    {%- if var('sources', {}) and not spec -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' reads ' ~ system ~ '.' ~ table ~ ', which sources.yml does not declare; '
            ~ 'declare the table there or remove the model'
        ) -%}
    {%- endif -%}
    {%- set origin = spec.get('from', table) -%}
    {%- do source(system, origin) -%}
    {%- set keys = spec.get('key') or [] -%}
    {%- set groups = spec.get('replaces') or [] -%}
    {%- set cursor = spec.get('cursor') -%}
    (
        select
            * exclude (filename, file_row_number),
            parse_filename(filename, true) as _batch,
            {% if cursor %}{{ to_utc('"' ~ cursor ~ '"', system, table) }}{% else %}null{% endif %}::timestamp as _version,
            {% if spec.get('deletions') %}coalesce("{{ spec['deletions'] }}", false){% else %}false{% endif %} as _deleted
        from (
            select *{{ as_declared(spec.get('columns', {})) }}
            from read_parquet(
                {{ unseen_batches(system, origin, spec.get('mode')) }},
                union_by_name = true, filename = true, file_row_number = true
            )
        )
        {%- if keys %}
        qualify row_number() over (
            partition by "{{ keys | join('", "') }}"
            order by {% if spec.get('mode') == 'snapshot' %}_batch desc, {% endif %}_version desc nulls last, filename desc, file_row_number desc
        ) = 1
        {%- elif groups %}
        qualify split_part(_batch, '-', 1) = max(split_part(_batch, '-', 1)) over (partition by "{{ groups | join('", "') }}")
        {%- endif %}
    )
{%- endmacro %}

{% macro as_declared(columns) -%}
    {#- Today's types, since a batch keeps those of its own day: a column that was text then may be a number now. -#}
    {%- set types = {
        'string': 'varchar', 'integer': 'bigint', 'decimal': 'decimal(18, 6)', 'double': 'double',
        'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp',
    } -%}
    {%- if columns %} replace (
        {%- for name, type in columns.items() %}"{{ name }}"::{{ types[type] }} as "{{ name }}"{{ ', ' if not loop.last }}{% endfor -%}
    ){% endif -%}
{%- endmacro %}

{% macro unseen_batches(system, table, mode) -%}
    {#- The list of batch files this model has not read, behind the zero-row batch that carries the declared columns. -#}
    {%- if not is_building() -%}
        {{ return("'" ~ env_var('KPI_DATA_DIR', '../data') ~ '/raw/' ~ system ~ '/' ~ table ~ "/*.parquet'") }}
    {%- endif -%}
    {%- set unseen -%}
        select path, pull, pull = '{{ schema_pull() }}' as is_schema
        from control.batches
        where system = '{{ system }}' and table_name = '{{ table }}'
        {%- if is_incremental() %}
            and (pull = '{{ schema_pull() }}'
                or batch not in (select batch from control.staged where model = '{{ model.name }}'))
        {%- endif %}
        {%- if mode == 'snapshot' %}
            and (is_schema or pull >= coalesce({{ newest_whole_pull(system, table) }}, ''))
        {%- endif %}
        order by batch
    {%- endset -%}
    {{ return("['" ~ run_query(unseen).columns['path'].values() | join("', '") ~ "']") }}
{%- endmacro %}

{% macro newest_whole_pull(system, table) -%}
    {#- The newest pull of which no row went to quarantine: what a snapshot of it lacks is gone. -#}
    (
        select max(pull) from (
            select pull from control.batches
            where system = '{{ system }}' and table_name = '{{ table }}' and pull != '{{ schema_pull() }}'
            group by pull having sum(rows_quarantined) = 0
        )
    )
{%- endmacro %}

{% macro schema_pull() -%}
    {{ return('00000000T000000000000') }}
{%- endmacro %}

{% macro landed() -%}
    {#- The columns that staging carries along for its own bookkeeping. -#}
    _batch, _version, _deleted
{%- endmacro %}
