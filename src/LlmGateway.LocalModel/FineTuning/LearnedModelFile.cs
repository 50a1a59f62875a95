using System.Text;

namespace LlmGateway.LocalModel;

/// <summary>A learned model's file: a mark with the version, the kind, and the model's own content.</summary>
internal static class LearnedModelFile
{
    private const uint Mark = 0x314D474C; // "LGM1"

    private enum Kind : byte
    {
        Labels = 1,
        Examples = 2,
    }

    public static void Write(Stream stream, ILearnedModel model)
    {
        using var writer = new BinaryWriter(new BufferedStream(stream, 1 << 16), Encoding.UTF8);
        writer.Write(Mark);
        writer.Write((byte)(model is LabelModel ? Kind.Labels : Kind.Examples));
        model.Write(writer);
    }

    /// <exception cref="InvalidDataException">The file is not a model of this version.</exception>
    public static ILearnedModel Read(Stream stream)
    {
        using var reader = new BinaryReader(new BufferedStream(stream, 1 << 16), Encoding.UTF8);
        if (reader.ReadUInt32() != Mark)
        {
            throw new InvalidDataException("The file is not a learned model of this version: train it again.");
        }

        return (Kind)reader.ReadByte() switch
        {
            Kind.Labels => LabelModel.Read(reader),
            Kind.Examples => ExampleModel.Read(reader),
            var kind => throw new InvalidDataException($"Unknown kind of learned model: {kind}."),
        };
    }
}
