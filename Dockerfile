# The programs of Seckill as images: targets api, workers and cli.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish Seckill.Api --configuration Release --output /out/api -p:UseAppHost=false \
 && dotnet publish Seckill.Workers --configuration Release --output /out/workers -p:UseAppHost=false \
 && dotnet publish tools/Seckill.Cli --configuration Release --output /out/cli -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime
RUN install --directory --owner="$APP_UID" /keys /state
# Without a directory for logs, they go to standard output. /state must outlive the container: it holds alerts that nobody was told yet, and steps of
# compensation that the table has not got yet.
ENV Auth__KeysPath=/keys Compensation__LogPath=/state/compensation Alerts__SpoolPath=/state/alerts DOTNET_GCgen0size=0x1000000 DOTNET_gcConcurrent=0 \
 MALLOC_ARENA_MAX=2
WORKDIR /app
USER $APP_UID

FROM runtime AS service
EXPOSE 8080
# Bash speaks HTTP well enough for this, so that the image needs no curl.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && IFS=' ' read -r _ code _ <&3 && [ \"$code\" = 200 ]"]

FROM service AS api
COPY --from=build /out/api .
ENTRYPOINT ["dotnet", "Seckill.Api.dll"]

FROM service AS workers
COPY --from=build /out/workers .
ENTRYPOINT ["dotnet", "Seckill.Workers.dll"]

FROM runtime AS cli
COPY --from=build /out/cli .
ENTRYPOINT ["dotnet", "Seckill.Cli.dll"]
