package org.malassay.firmware.bom;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Property;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Program;

/**
 * Writes what is known of an image's components as a list of CycloneDX 1.6, ECMA-424: the same
 * bytes for the same facts, whenever it is written.
 */
public final class SbomWriter {
  private static final String PREFIX = "malassay:";

  private SbomWriter() {}

  private record Key(String name, String version) {}

  /** The list in JSON, UTF-8. */
  public static byte[] json(ImageFacts facts) {
    try {
      return (BomGeneratorFactory.createJson(Version.VERSION_16, bom(facts)).toJsonString() + "\n")
          .getBytes(UTF_8);
    } catch (GeneratorException e) {
      throw new IllegalStateException(
          "the components of %s cannot be written".formatted(facts.image().name()), e);
    }
  }

  private static Bom bom(ImageFacts facts) {
    Bom bom = new Bom();
    // Two vendors may have the same file; each bill is one of its own.
    String which = facts.sha256() + "\0" + facts.image().name();
    bom.setSerialNumber("urn:uuid:" + UUID.nameUUIDFromBytes(which.getBytes(UTF_8)));
    bom.setVersion(1);
    bom.setMetadata(metadata(facts));
    Map<String, Program> programs =
        facts.programs().stream()
            .collect(Collectors.toMap(Program::path, program -> program, (first, second) -> first));
    Map<Key, List<org.malassay.firmware.Component>> byKey =
        new TreeMap<>(Comparator.comparing(Key::name).thenComparing(Key::version));
    for (org.malassay.firmware.Component component : facts.components()) {
      byKey
          .computeIfAbsent(new Key(component.name(), component.version()), any -> new ArrayList<>())
          .add(component);
    }
    byKey.forEach((key, places) -> bom.addComponent(component(key, places, programs)));
    return bom;
  }

  private static Metadata metadata(ImageFacts facts) {
    FirmwareImage image = facts.image();
    Metadata metadata = new Metadata();
    // Its own default is the time of writing.
    metadata.setTimestamp(
        image
            .date()
            .map(day -> Date.from(day.atStartOfDay(ZoneOffset.UTC).toInstant()))
            .orElse(null));
    Component firmware = new Component();
    firmware.setType(Component.Type.FIRMWARE);
    firmware.setBomRef("image");
    firmware.setName(image.product().isEmpty() ? image.name() : image.product());
    if (!image.version().isEmpty()) {
      firmware.setVersion(image.version());
    }
    if (!image.vendor().isEmpty()) {
      firmware.setPublisher(image.vendor());
    }
    firmware.addHash(new Hash(Hash.Algorithm.SHA_256, facts.sha256()));
    firmware.addProperty(property("file", image.name()));
    metadata.setComponent(firmware);
    return metadata;
  }

  private static Component component(
      Key key, List<org.malassay.firmware.Component> places, Map<String, Program> programs) {
    Component component = new Component();
    component.setBomRef(key.name() + "@" + key.version());
    component.setName(key.name());
    if (!key.version().isEmpty()) {
      component.setVersion(key.version());
    }
    List<org.malassay.firmware.Component> sorted =
        places.stream()
            .sorted(
                Comparator.comparing(org.malassay.firmware.Component::path)
                    .thenComparing(org.malassay.firmware.Component::how))
            .distinct()
            .toList();
    List<Program> files =
        sorted.stream().map(place -> programs.get(place.path())).filter(Objects::nonNull).toList();
    boolean library =
        !files.isEmpty() && files.stream().allMatch(program -> program.kind().equals("library"));
    component.setType(
        key.name().equals("linux")
            ? Component.Type.OPERATING_SYSTEM
            : library ? Component.Type.LIBRARY : Component.Type.APPLICATION);
    if (sorted.size() == 1 && files.size() == 1) {
      // Of several files each has its own.
      component.addHash(new Hash(Hash.Algorithm.SHA_256, files.get(0).sha256()));
    }
    for (org.malassay.firmware.Component place : sorted) {
      if (!place.path().isEmpty()) {
        component.addProperty(property("path", place.path()));
      }
      component.addProperty(property("how", place.how()));
    }
    return component;
  }

  private static Property property(String name, String value) {
    return new Property(PREFIX + name, value);
  }
}
