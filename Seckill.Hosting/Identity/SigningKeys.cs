using System.Security.Cryptography;

using Microsoft.IdentityModel.Tokens;

namespace Seckill.Hosting.Identity;

/// <summary>
/// RSA keys as PEM files. A key's id is its RFC 7638 thumbprint, so that keys can be rotated by adding a file; that of a development key
/// begins with <see cref="DevelopmentPrefix"/>. The mark of a development key is in the file's text, and survives renaming it.
/// </summary>
public static class SigningKeys
{
    /// <summary>How the id of a development key begins.</summary>
    public const string DevelopmentPrefix = "dev-";

    const string PublicPattern = "*.pub.pem";
    const string PublicFile = "dev-signing.pub.pem";
    const string PrivateFile = "dev-signing.key.pem";
    const string DevelopmentMark = "Seckill development key: never for production";
    const int KeyBits = 2048;

    /// <summary>The public keys of a directory, by file name.</summary>
    /// <exception cref="InvalidOperationException">There is none, or a file is not an RSA public key of 2048 bits or more.</exception>
    public static IReadOnlyList<RsaSecurityKey> LoadPublic(string directory)
    {
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, PublicPattern) : [];
        if (files.Length == 0)
        {
            throw new InvalidOperationException(
                $"{AuthOptions.Section}:{nameof(AuthOptions.KeysPath)} is '{directory}', where there is no {PublicPattern}: put the public key(s) "
                + "of the token issuer there, or make a pair for development with 'seckill-cli keys --out DIR'");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return files.Select(x => Load(x, privateKey: false)).ToList();
    }

    /// <summary>Whether a key was made by <see cref="CreateDevelopmentPair"/>.</summary>
    public static bool IsDevelopmentKey(SecurityKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.KeyId.StartsWith(DevelopmentPrefix, StringComparison.Ordinal);
    }

    /// <summary>The private development key of a directory.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it can't be read as one.</exception>
    public static RsaSecurityKey LoadDevelopmentPrivate(string directory)
    {
        var file = Path.Combine(directory, PrivateFile);
        if (!File.Exists(file))
            throw new InvalidOperationException($"There is no {file}: make it with 'seckill-cli keys --out {directory}'");

        return Load(file, privateKey: true);
    }

    /// <summary>Makes a pair for development unless the directory has one; true when it was made now.</summary>
    public static bool CreateDevelopmentPair(string directory)
    {
        var privateFile = Path.Combine(directory, PrivateFile);
        if (File.Exists(privateFile))
            return false;

        Directory.CreateDirectory(directory);
        using var rsa = RSA.Create(KeyBits);
        // The public key first: where the private one exists, the pair is whole.
        WriteNew(Path.Combine(directory, PublicFile), rsa.ExportSubjectPublicKeyInfoPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        WriteNew(privateFile, rsa.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return true;
    }

    static void WriteNew(string file, string pem, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;

        using var writer = new StreamWriter(file, options);
        // RFC 7468 §2 lets text stand before the encapsulation boundary.
        writer.Write($"{DevelopmentMark}\n{pem}\n");
    }

    static RsaSecurityKey Load(string file, bool privateKey)
    {
        var text = File.ReadAllText(file);
        if (!privateKey && text.Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new InvalidOperationException($"{file} holds a private key: only the public one belongs there");

        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(text);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new InvalidOperationException($"{file} can't be read as a PEM file with an RSA {(privateKey ? "private" : "public")} key", exception);
        }

        if (rsa.KeySize < KeyBits)
            throw new InvalidOperationException($"{file} holds an RSA key of {rsa.KeySize} bits: at least {KeyBits} are needed");

        // By parameters and not by instance: the signature providers then make an RSA each and can work at the same time.
        var key = new RsaSecurityKey(rsa.ExportParameters(privateKey));
        var thumbprint = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        key.KeyId = text.Contains(DevelopmentMark, StringComparison.Ordinal) ? DevelopmentPrefix + thumbprint : thumbprint;
        return key;
    }
}
