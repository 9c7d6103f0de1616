package org.malassay.experiments;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/**
 * An archive of Debian packages, signed by a key of its own. It has what the harmless samples are
 * taken from, with a line of text in the place of each program.
 *
 * @param files by their paths
 * @param keyring that has its key
 */
record Archive(Map<String, byte[]> files, Path keyring) {
  private static final String SUITE = "dists/trixie/";
  private static final List<String> ARCHITECTURES = List.of("armel", "armhf");
  private static final Map<String, List<String>> PROGRAMS =
      Map.of(
          "busybox-static", List.of("busybox"),
          "coreutils", List.of("true", "false", "id", "ls", "uname", "date", "env", "cat", "sleep"),
          "curl", List.of("curl"),
          // of which the image of raspbian takes these three alone
          "git", List.of("git", "git-upload-pack", "../share/git-core/templates"),
          // what mmdebstrap begins with
          "base-files", List.of("essential"));

  private static final int RSA_BITS = 2048;

  /**
   * Makes it.
   *
   * @param folder for its packages and its key
   */
  static Archive make(Path folder) throws Exception {
    Map<String, byte[]> files = new TreeMap<>();
    StringBuilder release =
        new StringBuilder("Origin: Debian\nSuite: stable\nCodename: trixie\nComponents: main\n");
    release.append("Architectures: %s\n".formatted(String.join(" ", ARCHITECTURES)));
    release.append(
        "Date: %s\nSHA256:\n"
            .formatted(
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.RFC_1123_DATE_TIME)));
    for (String architecture : ARCHITECTURES) {
      StringBuilder index = new StringBuilder();
      for (String name : PROGRAMS.keySet()) {
        String control = control(name, architecture);
        byte[] bytes = build(name, control, folder.resolve(architecture));
        String path = "pool/main/%s_1_%s.deb".formatted(name, architecture);
        files.put(path, bytes);
        index.append(
            "%sFilename: %s\nSize: %d\nSHA256: %s\n\n"
                .formatted(control, path, bytes.length, sha256(bytes)));
      }
      byte[] bytes = index.toString().getBytes(UTF_8);
      String path = "main/binary-" + architecture + "/Packages";
      files.put(SUITE + path, bytes);
      release.append(" %s %d %s\n".formatted(sha256(bytes), bytes.length, path));
    }
    byte[] bytes = release.toString().getBytes(UTF_8);
    Path keyring = folder.resolve("key.gpg");
    files.put(SUITE + "Release", bytes);
    files.put(SUITE + "Release.gpg", signature(bytes, keyring));
    return new Archive(Map.copyOf(files), keyring);
  }

  private static String control(String name, String architecture) {
    return """
        Package: %s
        Version: 1
        Architecture: %s
        Maintainer: Malassay <malassay@example.invalid>
        Description: a package of the tests
        %s"""
        .formatted(name, architecture, name.equals("base-files") ? "Essential: yes\n" : "");
  }

  private static byte[] build(String name, String control, Path folder) throws Exception {
    Path root = folder.resolve(name);
    Files.createDirectories(root.resolve("DEBIAN"));
    Files.writeString(root.resolve("DEBIAN/control"), control);
    for (String program : PROGRAMS.get(name)) {
      Path file = root.resolve("usr/bin").resolve(program).normalize();
      Files.createDirectories(file.getParent());
      Files.writeString(file, program + "\n");
    }
    Path deb = folder.resolve(name + ".deb");
    Command.Outcome built =
        Command.of("dpkg-deb", "--root-owner-group", "--build", root.toString(), deb.toString())
            .run();
    if (built.status() != 0) {
      throw new IOException(built.output());
    }
    return Files.readAllBytes(deb);
  }

  private static byte[] signature(byte[] signed, Path keyring) throws IOException, PGPException {
    RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
    generator.init(
        new RSAKeyGenerationParameters(
            BigInteger.valueOf(65_537), new SecureRandom(), RSA_BITS, 100));
    PGPKeyPair key =
        new BcPGPKeyPair(
            PublicKeyPacket.VERSION_4,
            PGPPublicKey.RSA_GENERAL,
            generator.generateKeyPair(),
            Date.from(Instant.now()));
    BcPGPContentSignerBuilder signer =
        new BcPGPContentSignerBuilder(PGPPublicKey.RSA_GENERAL, HashAlgorithmTags.SHA256);
    PGPKeyRingGenerator ring =
        new PGPKeyRingGenerator(
            PGPSignature.POSITIVE_CERTIFICATION,
            key,
            "A test of Malassay <malassay@example.invalid>",
            new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
            null,
            null,
            signer,
            null);
    try (OutputStream out = Files.newOutputStream(keyring)) {
      ring.generatePublicKeyRing().encode(out);
    }
    PGPSignatureGenerator signature = new PGPSignatureGenerator(signer, key.getPublicKey());
    signature.init(PGPSignature.BINARY_DOCUMENT, key.getPrivateKey());
    signature.update(signed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = ArmoredOutputStream.builder().build(bytes)) {
      signature.generate().encode(out);
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
