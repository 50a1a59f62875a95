using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Redis;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>The configuration chooses where answers are kept.</summary>
public sealed class CacheStoreTests
{
    [Fact]
    public void Without_a_connection_string_answers_stay_in_memory() => Assert.Null(Find());

    [Theory]
    [InlineData("cache:6380,password=hidden", "Redis at cache:6380")]
    [InlineData("cache,password=hidden", "Redis at cache:6379")]
    [InlineData("10.0.0.1:7000,10.0.0.2:7000", "Redis at 10.0.0.1:7000, 10.0.0.2:7000")]
    public void A_connection_string_chooses_Redis_and_its_place_is_told_without_its_secrets(string address, string described) =>
        Assert.Equal(described, RedisAddress.Describe(Find(("ConnectionStrings:redis", address))!));

    [Fact]
    public void Memory_by_name_wins_over_a_connection_string() =>
        Assert.Null(Find(("Gateway:Cache:Store", "Memory"), ("ConnectionStrings:redis", "cache")));

    [Fact]
    public void Redis_by_name_without_a_connection_string_stops_the_start_and_names_both_keys()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Find(("Gateway:Cache:Store", "Redis")));
        Assert.Contains("Gateway:Cache:Store", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:redis", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://user:hidden@cache:6379")]
    [InlineData("cache,password=hidden,nonsense=1")]
    [InlineData("password=hidden")]
    [InlineData("cache:hidden")]
    [InlineData("amqp://user:hidden@broker")]
    public void An_address_that_is_none_is_refused_by_its_key_and_not_repeated(string address)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Find(("ConnectionStrings:redis", address)));
        Assert.Contains("ConnectionStrings:redis", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", exception.ToString(), StringComparison.Ordinal);
    }

    private static ConfigurationOptions? Find(params (string Key, string Value)[] settings) => CacheRegistration.FindRedis(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());
}
