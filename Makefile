# Two commands from a fresh Debian 12 machine with git and a Swift 6.3 toolchain:
#   make demo    a full report on faces drawn here       make test    the whole suite
CONFIGURATION = -c release
DEMO = facet-demo
# What is built against and run: Debian's names.
PACKAGES = pkg-config g++ libpng-dev libjpeg62-turbo-dev libgif-dev libcairo2-dev \
	libssl-dev zlib1g-dev libcurl4 fonts-dejavu-core

.PHONY: demo build test test-instruction-sets lint setup reports clean

demo: build
	.build/release/facet demo --output $(DEMO) --force

build: setup
	swift build $(CONFIGURATION) --product facet

test: setup
	swift build $(CONFIGURATION) --build-tests
	swift build $(CONFIGURATION) --product facet
	swift build $(CONFIGURATION) --product facet-bench
	swift test $(CONFIGURATION) --skip-build

# The engine's tests again, with every instruction set this processor has.
test-instruction-sets:
	./Scripts/test-instruction-sets.sh

lint:
	swift format lint --strict --recursive Sources Tests Fuzz/Sources Package.swift Fuzz/Package.swift

setup:
	@command -v swift >/dev/null || { echo "A Swift 6.3 toolchain is needed: https://swift.org/install/linux"; exit 1; }
	@./Scripts/install-packages.sh $(PACKAGES)

# The samples in Reports/, rendered anew from the demonstration with seed 0.
reports: build
	./Scripts/render-reports.sh

clean:
	rm -rf .build $(DEMO)
