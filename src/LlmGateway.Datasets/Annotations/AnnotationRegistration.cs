using LlmGateway.Datasets.Annotations.Items;
using LlmGateway.Datasets.Annotations.Results;
using LlmGateway.Datasets.Annotations.Review;
using LlmGateway.Service;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Annotations;

/// <summary>What review by people consists of.</summary>
internal static class AnnotationRegistration
{
    public static void AddAnnotations(this IServiceCollection services)
    {
        services.AddHttpClient(EvalRunItems.ClientName, client => client.BaseAddress = new Uri("http://evaluation"))
            .AddInternalToken(ServiceNames.Evaluation);
        services.AddSingleton<EvalRunItems>();
        services.AddScoped<AnnotationSources>();
        services.AddScoped<ItemIntake>();
        services.AddScoped<Reservations>();
        services.AddScoped<LabelFeedback>();
        services.AddScoped<ReviewDesk>();
    }

    public static void MapAnnotations(this IEndpointRouteBuilder routes)
    {
        routes.MapAnnotationQueues();
        routes.MapAnnotationItems();
        routes.MapAnnotationReview();
        routes.MapAnnotationResults();
    }
}
