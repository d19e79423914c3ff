# Builds from a clean clone: docker build -t portportal .
# docs/operating.md says how to run it, and which capability the kernel's forwarder needs.
# An edge with nodes, and a node: --build-arg TUNNELS=1 brings what a WireGuard tunnel needs, and it runs with --network host --user 0
# --cap-add NET_ADMIN --device /dev/net/tun, UDP 51820 reachable; without, the nodes' TLS streams carry everything through EXPOSEd 8443.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/PortPortal -c Release -r linux-x64 --no-self-contained -p:PublishReadyToRun=true -o /app \
 && dotnet publish src/PortPortal.Cli -c Release -o /app/cli

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG TUNNELS=
RUN apt-get update && apt-get install -y --no-install-recommends curl ${TUNNELS:+nftables iproute2 wireguard-go wireguard-tools} && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --home-dir /var/lib/portportal portportal \
 && install -d -m 700 -o portportal -g portportal /var/lib/portportal \
 && ln -s /app/cli/portportal /usr/local/bin/portportal
COPY --from=build /app /app
USER portportal
WORKDIR /var/lib/portportal
ENV PORTPORTAL_BIND=any PORTPORTAL_DATA=/var/lib/portportal
EXPOSE 8443
VOLUME /var/lib/portportal
# PORTPORTAL_PORTAL_HOST is for a portal with a host name of its own (Portal:Url).
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
  host="${PORTPORTAL_PORTAL_HOST:-portal.${PORTPORTAL_BASE_DOMAIN:-localhost}}" port="${PORTPORTAL_PROXY_PORT:-8443}"; \
  curl -fsk --resolve "$host:$port:127.0.0.1" "https://$host:$port/healthz"
ENTRYPOINT ["dotnet", "/app/PortPortal.dll"]
