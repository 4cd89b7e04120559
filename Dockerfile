FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt pyproject.toml README.md LICENSE ./
COPY src src
COPY shapes shapes
COPY vocab vocab
COPY queries queries
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
 && pip install --no-cache-dir --no-deps --no-build-isolation .
WORKDIR /data
ENTRYPOINT ["dcat-harvest"]
CMD ["run"]
