using System.Reflection;
using LlmGateway.Datasets;
using LlmGateway.Evaluation;
using LlmGateway.FineTuning;
using MassTransit;

namespace LlmGateway.Messaging.Tests;

/// <summary>Two services that share a queue by accident would each get half of its messages.</summary>
public sealed class EndpointNameTests
{
    /// <summary>Names that programs outside know: a contract of ours, and each is of one service.</summary>
    private static readonly string[] Public = ["feedback", "fine-tuning-jobs"];

    private static readonly Assembly[] Services = [typeof(DatasetsService).Assembly, typeof(EvaluationService).Assembly, typeof(FineTuningService).Assembly];

    [Fact]
    public void Every_consumer_has_an_endpoint_of_its_own_that_begins_with_its_services_name()
    {
        var names = Services.SelectMany(service => service.GetTypes())
            .Where(type => typeof(IConsumerDefinition).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (
                Service: type.Assembly.GetName().Name!.Split('.')[1].ToLowerInvariant(),
                Endpoint: ((IConsumerDefinition)Activator.CreateInstance(type)!).GetEndpointName(DefaultEndpointNameFormatter.Instance)))
            .ToList();
        Assert.Superset(Public.ToHashSet(), names.Select(name => name.Endpoint).ToHashSet());
        Assert.All(names.ExceptBy(Public, name => name.Endpoint), name => Assert.StartsWith($"{name.Service}.", name.Endpoint, StringComparison.Ordinal));
        Assert.Equal(names.Count, names.DistinctBy(name => name.Endpoint).Count());
    }
}
