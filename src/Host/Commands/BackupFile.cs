using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>
/// A backup of a data folder: one zip with every database as it was at one moment and a manifest of their digests, and beside it, in <c>FILE.keys</c>, the
/// keys of people's words. Each database is consistent in itself; the journal is copied first, so that the worlds beside it can only be newer.
/// </summary>
internal static class BackupFile
{
    private const string ManifestName = "manifest.json";

    /// <summary>Where the keys of a backup lie.</summary>
    public static string KeysOf(string file) => file + ".keys";

    /// <summary>Makes one. Throws <see cref="UsageException"/> when there is nothing to back up or the name is taken.</summary>
    public static BackupManifest Make(string data, string file, DateTimeOffset now)
    {
        if (!File.Exists(DataFolder.JournalOf(data)))
        {
            throw new UsageException($"There is no journal in the data folder '{data}' yet.");
        }

        if (File.Exists(file) || File.Exists(KeysOf(file)))
        {
            throw new UsageException($"'{file}' is there already. A backup replaces nothing: name another file.");
        }

        var target = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var staging = new DirectoryInfo(target + ".new");
        DataFolder.MakeFolder(staging.FullName);
        try
        {
            var keys = Path.Combine(staging.FullName, "keys");
            var parts = ImmutableArray.CreateBuilder<BackupPart>();
            foreach (var (name, source) in Databases(data))
            {
                var copy = Path.Combine(staging.FullName, "db");
                SqliteBackup.Copy(source, copy);
                if (name == SqliteStore.FileName)
                {
                    SqliteBackup.TakeKeysOut(copy, keys);
                }

                var staged = Staged(staging, name);
                File.Move(copy, staged);
                parts.Add(new BackupPart(name, new FileInfo(staged).Length, Digest(staged)));
            }

            var manifest = new BackupManifest(1, now, Digest(keys), parts.DrainToImmutable());
            var draft = Path.Combine(staging.FullName, "zip");
            using (var zip = ZipFile.Open(draft, ZipArchiveMode.Create))
            {
                using (var entry = zip.CreateEntry(ManifestName).Open())
                {
                    JsonSerializer.Serialize(entry, manifest, BackupJson.Default.BackupManifest);
                }

                foreach (var part in manifest.Files)
                {
                    zip.CreateEntryFromFile(Staged(staging, part.Name), part.Name, CompressionLevel.Fastest);
                }
            }

            DurableFile.Publish(keys, KeysOf(target));
            DurableFile.Publish(draft, target);
            return manifest;
        }
        finally
        {
            staging.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Puts one back into a data folder that holds no journal, once every digest agrees. Without the keys' file people's words stay erased.
    /// Throws <see cref="UsageException"/> for a file that is no whole backup; then nothing was put back.
    /// </summary>
    /// <returns>What was put back, and whether the keys were there.</returns>
    public static (BackupManifest Manifest, bool HasKeys) PutBack(string file, string data)
    {
        try
        {
            using var zip = ZipFile.OpenRead(file);
            var manifest = ReadManifest(zip) ?? throw new UsageException($"'{file}' has no manifest: it is no backup.");
            foreach (var part in manifest.Files)
            {
                using var content = (zip.GetEntry(part.Name) ?? throw new UsageException($"'{file}' lacks {part.Name}.")).Open();
                if (!IsKnown(part.Name) || Convert.ToHexStringLower(SHA256.HashData(content)) != part.Sha256)
                {
                    throw new UsageException($"'{file}' was changed: {part.Name} is not what the manifest says.");
                }
            }

            var hasKeys = File.Exists(KeysOf(file));
            if (hasKeys && Digest(KeysOf(file)) != manifest.KeysSha256)
            {
                throw new UsageException($"'{KeysOf(file)}' does not belong to this backup, or was changed.");
            }

            foreach (var part in manifest.Files)
            {
                var target = Path.Combine(data, part.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                zip.GetEntry(part.Name)!.ExtractToFile(target, overwrite: false);
            }

            if (hasKeys)
            {
                SqliteBackup.PutKeysBack(Path.Combine(data, SqliteStore.FileName), KeysOf(file));
            }

            return (manifest, hasKeys);
        }
        catch (Exception broken) when (broken is InvalidDataException or JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"'{file}' is no backup: {broken.Message}");
        }
    }

    private static BackupManifest? ReadManifest(ZipArchive zip)
    {
        using var entry = zip.GetEntry(ManifestName)?.Open();
        return entry is null ? null : JsonSerializer.Deserialize(entry, BackupJson.Default.BackupManifest);
    }

    /// <summary>The journal first.</summary>
    private static IEnumerable<(string Name, string Source)> Databases(string data)
    {
        yield return (SqliteStore.FileName, DataFolder.JournalOf(data));
        if (Path.Combine(data, JobStore.FileName) is var jobs && File.Exists(jobs))
        {
            yield return (JobStore.FileName, jobs);
        }

        var worlds = Path.Combine(data, "worlds");
        IEnumerable<string> files = Directory.Exists(worlds) ? Directory.EnumerateFiles(worlds, "*.db").Order(StringComparer.Ordinal) : [];
        foreach (var world in files)
        {
            yield return ("worlds/" + Path.GetFileName(world), world);
        }
    }

    /// <summary>A manifest is a stranger's word: nothing is written anywhere else than where backups put it.</summary>
    private static bool IsKnown(string name) =>
        name is SqliteStore.FileName or JobStore.FileName
        || (name.StartsWith("worlds/", StringComparison.Ordinal) && name.EndsWith(".db", StringComparison.Ordinal) && name.IndexOfAny(['/', '\\'], "worlds/".Length) < 0);

    private static string Staged(DirectoryInfo staging, string name) => Path.Combine(staging.FullName, name.Replace('/', '-'));

    private static string Digest(string file)
    {
        using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}

/// <summary>What is in a backup.</summary>
/// <param name="Version">Of this form; 1.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="KeysSha256">Of the keys' file, hex.</param>
/// <param name="Files">The databases.</param>
internal sealed record BackupManifest(int Version, DateTimeOffset MadeAt, string KeysSha256, ImmutableArray<BackupPart> Files);

/// <summary>One database of a backup.</summary>
/// <param name="Name">Its path in the data folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Hex.</param>
internal sealed record BackupPart(string Name, long Bytes, string Sha256);

/// <summary>The manifest's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
