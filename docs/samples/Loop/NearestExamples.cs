using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>The examples whose embeddings are nearest to a question's, the nearest last: what retrieval would put in a prompt.</summary>
internal static class NearestExamples
{
    public const int Count = 10;
    private const int Batch = 256;

    /// <returns>For each question, its examples as text.</returns>
    public static async Task<string[]> FindAsync(
        Api api, IReadOnlyList<LabelledQuestion> examples, IReadOnlyList<LabelledQuestion> questions, ProgressTask task)
    {
        var known = await EmbedAsync(api, examples);
        var asked = await EmbedAsync(api, questions);
        var found = new string[questions.Count];
        Parallel.For(0, questions.Count, index =>
        {
            found[index] = Examples.Write(Nearest(asked[index], known).Reverse().Select(example => examples[example]));
            task.Increment(1);
        });
        return found;
    }

    private static int[] Nearest(float[] question, float[][] known)
    {
        var nearest = new PriorityQueue<int, float>(Count + 1);
        for (var index = 0; index < known.Length; index++)
        {
            nearest.Enqueue(index, TensorPrimitives.Dot(question, known[index]));
            if (nearest.Count > Count)
            {
                nearest.Dequeue();
            }
        }

        var order = new int[nearest.Count];
        for (var place = order.Length - 1; place >= 0; place--)
        {
            order[place] = nearest.Dequeue();
        }

        return order;
    }

    private static async Task<float[][]> EmbedAsync(Api api, IReadOnlyList<LabelledQuestion> questions)
    {
        var vectors = new float[questions.Count][];
        var batches = questions.Select(question => question.Text).Chunk(Batch).Index();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (batch, _) =>
        {
            var answer = await api.PostAsync("/v1/embeddings", new()
            {
                ["model"] = "local/embedding",
                ["input"] = new JsonArray([.. batch.Item.Select(text => JsonValue.Create(text))]),
            });
            foreach (var (index, item) in answer["data"]!.AsArray().Index())
            {
                vectors[(batch.Index * Batch) + index] = [.. item!["embedding"]!.AsArray().Select(value => value!.GetValue<float>())];
            }
        });
        return vectors;
    }
}
