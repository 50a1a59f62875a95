using Microsoft.Extensions.Configuration;

namespace LlmGateway.Messaging.Tests;

public sealed class BusAddressTests
{
    [Fact]
    public void Without_a_connection_string_messages_stay_in_memory() => Assert.Null(Find());

    [Fact]
    public void A_connection_string_chooses_RabbitMQ() =>
        Assert.Equal("broker", Find(("ConnectionStrings:rabbitmq", "amqp://user:secret@broker:5672"))!.Host);

    [Fact]
    public void Memory_by_name_wins_over_a_connection_string() =>
        Assert.Null(Find(("Bus:Transport", "InMemory"), ("ConnectionStrings:rabbitmq", "amqp://broker")));

    [Fact]
    public void RabbitMQ_by_name_without_a_connection_string_stops_the_start_and_names_the_key()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Find(("Bus:Transport", "RabbitMq")));
        Assert.Contains("ConnectionStrings:rabbitmq", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5672,password=hidden")]
    [InlineData("http://user:hidden@localhost")]
    [InlineData("hidden")]
    public void An_address_that_is_none_is_refused_by_its_key_and_not_repeated(string address)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Find(("ConnectionStrings:rabbitmq", address)));
        Assert.Contains("ConnectionStrings:rabbitmq", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", exception.Message, StringComparison.Ordinal);
    }

    private static Uri? Find(params (string Key, string Value)[] settings) => BusAddress.Find(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());
}
