using System.Runtime.InteropServices;
using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel.Tests;

public sealed class EmbeddingTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1024)]
    public async Task Both_formats_hold_the_same_unit_vector(int dimensions)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, floats) = await host.PostAsync("embeddings", $$"""{"model":"local/embedding","input":["my card is lost"],"dimensions":{{dimensions}}}""");
        var (_, base64) = await host.PostAsync("embeddings", $$"""{"model":"embedding","input":"my card is lost","dimensions":{{dimensions}},"encoding_format":"base64"}""");
        var vector = floats.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        Assert.Equal(dimensions, vector.Length);
        Assert.Equal(1f, Vectors.Dot(vector, vector), 4);
        Assert.Equal(vector, MemoryMarshal.Cast<byte, float>(base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64()).ToArray());
        Assert.Equal(4, floats.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public void Like_texts_are_nearer_than_unlike_ones()
    {
        var query = Embedder.Embed("I lost my card");
        var near = Vectors.Dot(query, Embedder.Embed("my card has been lost"));
        var far = Vectors.Dot(query, Embedder.Embed("what is the exchange rate"));
        Assert.True(near > far + 0.3, $"{near} {far}");
    }

    [Fact]
    public void A_rare_word_weighs_more_than_a_common_one() =>
        Assert.True(DocumentFrequencies.Shipped.WeightOfWord("zebrafish") > DocumentFrequencies.Shipped.WeightOfWord("the") + 3);

    [Fact]
    public async Task Token_ids_mean_the_text_they_stand_for()
    {
        await using var host = await LocalModelHost.StartAsync();
        // "tiktoken is great!" in cl100k, as OpenAI's cookbook prints it.
        var (_, ids) = await host.PostAsync("embeddings", """{"model":"embedding","input":[[83,1609,5963,374,2294,0]]}""");
        var (_, text) = await host.PostAsync("embeddings", """{"model":"embedding","input":"tiktoken is great!"}""");
        Assert.Equal(text.GetProperty("data").GetRawText(), ids.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Each_text_of_a_list_gets_its_own_vector_in_order()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, both) = await host.PostAsync("embeddings", """{"model":"embedding","input":["one card","two cards"]}""");
        var (_, second) = await host.PostAsync("embeddings", """{"model":"embedding","input":"two cards"}""");
        Assert.Equal([0, 1], both.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(second.GetProperty("data")[0].GetProperty("embedding").GetRawText(), both.GetProperty("data")[1].GetProperty("embedding").GetRawText());
    }

    [Theory]
    [InlineData("""{"model":"embedding","input":"x","dimensions":300}""", "dimensions")]
    [InlineData("""{"model":"embedding","input":"x","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("""{"model":"embedding","input":[]}""", "input")]
    [InlineData("""{"model":"embedding","input":""}""", "input")]
    [InlineData("""{"model":"embedding","input":["a",""]}""", "input")]
    [InlineData("""{"model":"embedding","input":7}""", "input")]
    [InlineData("""{"model":"embedding","input":[true]}""", "input")]
    [InlineData("""{"model":"embedding","input":[[]]}""", "input")]
    [InlineData("""{"model":"embedding","input":[1,"a"]}""", "input")]
    [InlineData("""{"model":"embedding","input":[-1]}""", "input")]
    [InlineData("""{"model":"embedding","input":"x","dimensions":"256"}""", "dimensions")]
    public async Task A_bad_request_names_its_field(string body, string param)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("embeddings", body);
        Assert.Equal(400, status);
        Assert.Equal(param, json.GetProperty("error").GetProperty("param").GetString());
    }
}
