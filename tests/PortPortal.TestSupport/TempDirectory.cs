namespace PortPortal.TestSupport;

/// <summary>A folder of a test's own, gone when the test is.</summary>
public sealed class TempDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("portportal-test-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still write into it; the system clears its temporary folder.
        }
    }
}
