using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>Tells the caller what was put into its request: <c>x-llmgateway-retrieval: passages=5, tokens=812, left_out=0</c>.</summary>
internal static class RetrievalHeader
{
    private const string Name = "x-llmgateway-retrieval";

    public static void Write(HttpResponse response, InferenceCall call)
    {
        if (call.Retrieval.Count > 0)
        {
            response.Headers[Name] =
                $"passages={call.Retrieval.Sum(looked => looked.Passages.Count)}, tokens={call.Retrieval.Sum(looked => looked.Tokens)}, left_out={call.Retrieval.Sum(looked => looked.LeftOut.Count)}";
        }
    }
}
