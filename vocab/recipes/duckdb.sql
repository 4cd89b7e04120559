-- How the recipe of `dcat-harvest join A B --recipe duckdb` makes keys and figures alike.
-- Suppressed and missing figures ('<5', -1, 'x', '.', '') become NULL; '1.234,5' becomes 1234.5.
CREATE OR REPLACE MACRO figure(x) AS CASE
  WHEN trim(x) IN ('', '-1', '-', '.', 'x', 'X') OR starts_with(trim(x), '<') THEN NULL
  WHEN contains(x, ',') THEN try_cast(replace(replace(trim(x), '.', ''), ',', '.') AS DOUBLE)
  ELSE try_cast(trim(x) AS DOUBLE) END;
-- '2019/2020', '2019-2020', '2019SJ00', '2019JJ00', '2019' and '2019-10-01' all begin in 2019.
CREATE OR REPLACE MACRO first_year(x) AS
  try_cast(regexp_extract(CAST(x AS VARCHAR), '(\d{4})', 1) AS INTEGER);
-- '363', '0363' and 'GM0363  ' are one code; a total (NL01) or another level gives NULL.
CREATE OR REPLACE MACRO region(x, letters, width) AS CASE
  WHEN regexp_full_match(trim(x), '\d{1,' || width || '}') THEN letters || lpad(trim(x), width, '0')
  WHEN regexp_full_match(upper(trim(x)), letters || '\d+') THEN upper(trim(x)) END;
CREATE OR REPLACE MACRO brin4(x) AS
  CASE WHEN regexp_matches(upper(trim(x)), '^\d{2}[A-Z]{2}') THEN left(upper(trim(x)), 4) END;
CREATE OR REPLACE MACRO brin6(brin, number) AS CASE
  WHEN regexp_full_match(upper(trim(number)), '\d{2}[A-Z]{2}\d{1,2}')
    THEN left(upper(trim(number)), 4) || lpad(substr(trim(number), 5), 2, '0')
  WHEN brin4(brin) IS NOT NULL AND regexp_full_match(trim(number), '\d{1,2}')
    THEN brin4(brin) || lpad(trim(number), 2, '0') END;
CREATE OR REPLACE MACRO postcode(x, width) AS
  nullif(left(upper(replace(trim(x), ' ', '')), width), '');
