# Builds from a clean clone: docker build -t portportal .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/PortPortal -c Release -r linux-x64 --no-self-contained -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install -y --no-install-recommends curl libnftables1 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/portportal portportal
USER portportal
WORKDIR /app
COPY --from=build /app .
ENV PORTPORTAL_BIND=any PORTPORTAL_DATA=/var/lib/portportal
EXPOSE 8443
VOLUME /var/lib/portportal
HEALTHCHECK --interval=10s --timeout=3s CMD curl -fsk "https://${PORTPORTAL_PORTAL_HOST:-portal.localhost}:8443/healthz" || exit 1
ENTRYPOINT ["dotnet", "PortPortal.dll"]
