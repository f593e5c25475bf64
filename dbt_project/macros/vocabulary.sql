{#- The company's words for what its sources call differently. -#}

{% macro acquisition_channel(column) -%}
    case coalesce(lower({{ column }}), '')
        when 'organic' then 'organic_search'
        when 'social' then 'organic_social'
        when 'newsletter' then 'email'
        when 'cpc' then 'paid_search'
        when 'google_ads' then 'paid_search'
        when 'meta_ads' then 'paid_social'
        when 'display_network' then 'display'
        when 'affiliate_network' then 'affiliate'
        when '' then 'unknown'
        else lower({{ column }})
    end
{%- endmacro %}

{% macro is_paid(channel) -%}
    {#- A channel that is not stated is unknown, and unknown is not paid. -#}
    coalesce({{ channel }} in ('paid_search', 'paid_social', 'display', 'affiliate'), false)
{%- endmacro %}

{% macro money(amount, rate=none) -%}
    {#-
      Exact money in the company's currency; another currency is converted at the rate its source states. Amount and
      rate land with 6 decimals, so 12 hold their product without rounding.
    -#}
    {%- if rate -%}({{ amount }} * coalesce({{ rate }}, 1))::decimal(30, 12)
    {%- else -%}({{ amount }})::decimal(30, 12)
    {%- endif -%}
{%- endmacro %}
