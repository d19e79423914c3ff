namespace PortPortal.Components.Kit;

/// <summary>What a <c>PpField</c> tells the control inside it: which id it has and where its help is.</summary>
public sealed record FieldContext(string Id)
{
    public string HelpId => $"{Id}-help";
}
