using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Requests;

/// <summary>Refuses oversized headers in OpenAI's form; Kestrel's own limit, which answers without a body, is twice as high.</summary>
internal static class HeaderLimit
{
    private const int HardLimit = 64 << 10;

    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // The gateway limits JSON bodies itself and says so in OpenAI's form.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = HardLimit;
    }

    public static void UseHeaderLimit(this WebApplication app) => app.Use((context, next) =>
    {
        var limit = app.Services.GetRequiredService<GatewaySettings>().Current.MaxHeaderBytes;
        long size = 0;
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0);
            }
        }

        return size <= limit
            ? next(context)
            : throw new ApiException(new ApiError(431, "headers_too_large", $"The request headers are over {limit} bytes (Gateway:MaxHeaderBytes)."));
    });
}
