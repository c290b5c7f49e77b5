# Facet for machines without a Swift toolchain:
#   docker build -t facet . && docker run --rm -v "$PWD/out:/out" facet demo --output /out/demo
FROM swift:6.3-bookworm AS build
WORKDIR /facet
COPY Makefile Package.swift ./
COPY Scripts Scripts
RUN make setup
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product facet -Xswiftc -static-stdlib \
  && cp .build/release/facet /usr/local/bin/facet

FROM debian:bookworm-slim
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends \
    libpng16-16 libjpeg62-turbo libgif7 libcairo2 libssl3 zlib1g libcurl4 \
    fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/facet /usr/local/bin/facet
ENTRYPOINT ["facet"]
