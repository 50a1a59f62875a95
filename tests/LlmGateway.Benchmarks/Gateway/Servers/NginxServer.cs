using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>nginx as reverse proxy with kept upstream connections, where it is installed.</summary>
internal static class NginxServer
{
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "nginx")));

    public static Task<ServerProcess> StartAsync(ServerProcess upstream, TempFolder folder)
    {
        var port = FreePort.Next();
        var configuration = folder.File("nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            worker_processes auto;
            pid {{folder.File("nginx.pid")}};
            error_log {{folder.File("error.log")}};
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path {{folder.File("body")}};
              proxy_temp_path {{folder.File("proxy")}};
              client_body_buffer_size 256k;
              upstream provider { server 127.0.0.1:{{upstream.Port}}; keepalive 256; }
              server {
                listen 127.0.0.1:{{port}};
                keepalive_requests 1000000;
                location / {
                  proxy_pass http://provider;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                }
              }
            }
            """);
        return ServerProcess.StartAsync("nginx", port, "nginx", ["-p", folder.Path, "-c", configuration]);
    }
}
