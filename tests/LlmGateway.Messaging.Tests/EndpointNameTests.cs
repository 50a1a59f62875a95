using LlmGateway.Datasets;
using MassTransit;

namespace LlmGateway.Messaging.Tests;

/// <summary>Two services that share a queue by accident would each get half of its messages.</summary>
public sealed class EndpointNameTests
{
    [Fact]
    public void Every_consumer_has_an_endpoint_of_its_own_that_begins_with_its_services_name()
    {
        var names = typeof(DatasetsService).Assembly.GetTypes()
            .Where(type => typeof(IConsumerDefinition).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (
                Service: type.Assembly.GetName().Name!.Split('.')[1].ToLowerInvariant(),
                Endpoint: ((IConsumerDefinition)Activator.CreateInstance(type)!).GetEndpointName(DefaultEndpointNameFormatter.Instance)))
            .ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.StartsWith($"{name.Service}.", name.Endpoint, StringComparison.Ordinal));
        Assert.Equal(names.Count, names.DistinctBy(name => name.Endpoint).Count());
    }
}
