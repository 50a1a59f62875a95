using System.Text.Json;
using LlmGateway.Retrieval.Search;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Search;

public sealed class AttributeFilterTests
{
    private static readonly JsonElement File = JsonElement.Parse("""{"region": "eu", "year": 2024, "draft": false}""");

    private static readonly Dictionary<string, HashSet<JsonValueKind>> Kinds = new()
    {
        ["region"] = [JsonValueKind.String],
        ["year"] = [JsonValueKind.Number, JsonValueKind.String],
        ["draft"] = [JsonValueKind.True],
    };

    [Theory]
    [InlineData("""{"type":"eq","key":"region","value":"eu"}""", true)]
    [InlineData("""{"type":"eq","key":"year","value":"2024"}""", false)]
    [InlineData("""{"type":"eq","key":"year","value":2024.0}""", true)]
    [InlineData("""{"type":"ne","key":"absent","value":1}""", true)]
    [InlineData("""{"type":"gt","key":"year","value":2024}""", false)]
    [InlineData("""{"type":"gte","key":"year","value":2024}""", true)]
    [InlineData("""{"type":"lt","key":"year","value":2025}""", true)]
    [InlineData("""{"type":"lte","key":"region","value":"ez"}""", true)]
    [InlineData("""{"type":"gt","key":"absent","value":0}""", false)]
    [InlineData("""{"type":"gt","key":"draft","value":0}""", false)]
    [InlineData("""{"type":"in","key":"region","value":["us","eu"]}""", true)]
    [InlineData("""{"type":"nin","key":"region","value":["us","eu"]}""", false)]
    [InlineData("""{"type":"and","filters":[{"type":"eq","key":"draft","value":false},{"type":"eq","key":"region","value":"us"}]}""", false)]
    [InlineData("""{"type":"or","filters":[{"type":"eq","key":"draft","value":true},{"type":"eq","key":"region","value":"eu"}]}""", true)]
    public void It_passes_what_it_says(string filter, bool passes) =>
        Assert.Equal(passes, AttributeFilter.Read(JsonElement.Parse(filter))!.Matches(File));

    [Theory]
    [InlineData("""[]""", "filters")]
    [InlineData("""{"type":"like","key":"a","value":"b"}""", "filters.type")]
    [InlineData("""{"type":"eq","value":"b"}""", "filters.key")]
    [InlineData("""{"type":"in","key":"a","value":"b"}""", "filters.value")]
    [InlineData("""{"type":"eq","key":"a","value":{}}""", "filters.value")]
    [InlineData("""{"type":"and","filters":[]}""", "filters.filters")]
    [InlineData("""{"type":"and","filters":[{"type":"eq","key":"a","value":null}]}""", "filters.filters[0].value")]
    public void A_malformed_one_is_refused_where_it_is_wrong(string filter, string param) =>
        Assert.Equal(param, Assert.Throws<ApiException>(() => AttributeFilter.Read(JsonElement.Parse(filter))).Error.Param);

    [Theory]
    [InlineData("""{"type":"eq","key":"regoin","value":"eu"}""", "filters.key", "draft, region, year")]
    [InlineData("""{"type":"gt","key":"region","value":3}""", "filters.value", "holds texts, and this is of numbers")]
    [InlineData("""{"type":"or","filters":[{"type":"eq","key":"draft","value":true},{"type":"in","key":"region","value":["eu",1]}]}""", "filters.filters[1].value", "numbers")]
    public void One_that_no_file_can_pass_for_its_attributes_is_refused(string filter, string param, string says)
    {
        var error = Assert.Throws<ApiException>(() => AttributeFilter.Read(JsonElement.Parse(filter))!.Check(Kinds)).Error;
        Assert.Equal(param, error.Param);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"eq","key":"draft","value":false}""")]
    [InlineData("""{"type":"in","key":"year","value":["2024",2025]}""")]
    public void One_of_the_files_own_types_is_taken(string filter) => AttributeFilter.Read(JsonElement.Parse(filter))!.Check(Kinds);

    [Fact]
    public void It_is_nested_only_so_deep()
    {
        var filter = """{"type":"eq","key":"a","value":1}""";
        for (var level = 0; level < 8; level++)
        {
            filter = $$"""{"type":"and","filters":[{{filter}}]}""";
        }

        Assert.Throws<ApiException>(() => AttributeFilter.Read(JsonElement.Parse(filter)));
    }
}
