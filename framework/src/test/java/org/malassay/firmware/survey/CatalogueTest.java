package org.malassay.firmware.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.FirmwareImage;
import org.malassay.options.OptionException;

class CatalogueTest {
  @TempDir Path folder;
  private Path images;

  @BeforeEach
  void images() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
  }

  private Path image(String name) throws IOException {
    Path file = images.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  private Optional<Path> csv(String... lines) throws IOException {
    return Optional.of(
        Files.writeString(folder.resolve("catalogue.csv"), String.join("\r\n", lines)));
  }

  @Test
  void theFolderMayBeALink() throws IOException {
    image("acme/router/1.2/firmware.bin");
    Path link = Files.createSymbolicLink(folder.resolve("link"), images);
    assertThat(Catalogue.of(link, Optional.empty()).images())
        .extracting(FirmwareImage::name)
        .containsExactly("acme/router/1.2/firmware.bin");
  }

  @Test
  void aMarkOfTheByteOrderBeforeTheHeaderIsSkipped() throws IOException {
    image("a.bin");
    assertThat(Catalogue.of(images, csv("\ufefffile,vendor", "a.bin,Acme")).images())
        .extracting(FirmwareImage::vendor)
        .containsExactly("Acme");
  }

  @Test
  void foldersNameVendorProductAndVersion() throws IOException {
    image("acme/router/1.2/firmware.bin");
    image("acme/camera/2019-05-31.bin");
    image("acme/camera-2021-13-01.bin");
    image("loose.bin");
    assertThat(Catalogue.of(images, Optional.empty()).images())
        .extracting(
            FirmwareImage::name,
            FirmwareImage::vendor,
            FirmwareImage::product,
            FirmwareImage::version,
            FirmwareImage::date)
        .containsExactly(
            tuple("acme/camera-2021-13-01.bin", "acme", "", "", Optional.empty()),
            tuple(
                "acme/camera/2019-05-31.bin",
                "acme",
                "camera",
                "",
                Optional.of(LocalDate.of(2019, 5, 31))),
            tuple("acme/router/1.2/firmware.bin", "acme", "router", "1.2", Optional.empty()),
            tuple("loose.bin", "", "", "", Optional.empty()));
  }

  @Test
  void oneFileIsASurveyOfOneImage() throws IOException {
    Path file = image("a/b/c/firmware.bin");
    assertThat(Catalogue.of(file, Optional.empty()).images())
        .extracting(FirmwareImage::name, FirmwareImage::vendor)
        .containsExactly(tuple("firmware.bin", ""));
  }

  @Test
  void linksAndHiddenFilesAreNoImages() throws IOException {
    image("a.bin");
    image(".hidden/b.bin");
    Files.createSymbolicLink(images.resolve("link.bin"), images.resolve("a.bin"));
    assertThat(Catalogue.of(images, Optional.empty()).images())
        .extracting(FirmwareImage::name)
        .containsExactly("a.bin");
  }

  @Test
  void aCatalogueNamesTheImagesAndWhatIsLeftOutIsCounted() throws IOException {
    image("x/1.bin");
    image("x/2.bin");
    image("x/3.bin");
    Catalogue catalogue =
        Catalogue.of(
            images,
            csv(
                "date,file,vendor,product,version",
                "2015-01-02,x/2.bin,Acme,\"R, 1\",1.0",
                ",x/1.bin,,,"));
    assertThat(catalogue.images())
        .extracting(
            FirmwareImage::name, FirmwareImage::vendor, FirmwareImage::product, FirmwareImage::date)
        .containsExactly(
            tuple("x/1.bin", "", "", Optional.empty()),
            tuple("x/2.bin", "Acme", "R, 1", Optional.of(LocalDate.of(2015, 1, 2))));
    assertThat(catalogue.warnings())
        .containsExactly("1 files are not in the catalogue, and left out");
  }

  @Test
  void whatIsWrongInACatalogueIsNamedWithItsRow() throws IOException {
    image("1.bin");
    assertRefused("row 2: there is no file gone.bin", "file", "1.bin", "gone.bin");
    assertRefused("row 2 names 1.bin again", "file", "1.bin", "1.bin");
    assertRefused("row 1: 31.5.2019 is no day such as 2024-05-31", "file,date", "1.bin,31.5.2019");
    assertRefused("it needs the column file", "image", "1.bin");
    assertRefused("row 1: there is no file  in", "file,vendor", ",Acme");
  }

  private void assertRefused(String message, String... lines) throws IOException {
    Optional<Path> csv = csv(lines);
    assertThatThrownBy(() -> Catalogue.of(images, csv))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dfirmware.catalogue")
        .hasMessageContaining(message);
  }

  @Test
  void aFolderWithoutImagesAndOneThatIsNotThereAreRefused() {
    assertThatThrownBy(() -> Catalogue.of(images, Optional.empty()))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("there is no image in it");
    assertThatThrownBy(() -> Catalogue.of(folder.resolve("gone"), Optional.empty()))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("there is no such file or folder");
  }
}
