using System.Net.Http.Headers;
using LlmGateway.Service;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Puts a short-lived internal token that names the caller in the place of the caller's key, which no service sees.</summary>
internal sealed class CallerTransforms(InternalToken tokens) : ITransformProvider
{
    private static readonly string[] Credentials = ["Authorization", "api-key", "x-api-key", "x-goog-api-key", "Cookie"];

    public void Apply(TransformBuilderContext context)
    {
        if (context.Route.AuthorizationPolicy == ForwardedRoute.Anonymous)
        {
            context.AddOriginalHost();
            return;
        }

        // The cluster is named after its service.
        var service = context.Cluster?.ClusterId ?? throw new InvalidOperationException("A forwarded route has no cluster.");
        context.AddRequestTransform(request => Apply(request, service));
    }

    private ValueTask Apply(RequestTransformContext request, string service)
    {
        foreach (var credential in Credentials)
        {
            request.ProxyRequest.Headers.Remove(credential);
        }

        request.ProxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Issue(service, request.HttpContext.Caller()));
        return ValueTask.CompletedTask;
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }
}
