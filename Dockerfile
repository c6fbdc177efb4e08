# A worker image: built with Swift's own image, run on the slim one.
FROM swift:6.2-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends librabbitmq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /warren
COPY Package.swift ./
COPY Sources ./Sources
COPY Tests ./Tests
RUN swift build -c release --product warren --static-swift-stdlib \
    && cp "$(swift build -c release --show-bin-path)/warren" /usr/local/bin/warren

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends librabbitmq4 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home warren
COPY --from=build /usr/local/bin/warren /usr/local/bin/warren
USER warren
ENTRYPOINT ["warren"]
CMD ["work", "--queue", "task_queue", "--concurrency", "4"]
