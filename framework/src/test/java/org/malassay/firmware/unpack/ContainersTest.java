package org.malassay.firmware.unpack;

/** A tree in a container: U-Boot's, Android's and disks. */
class ContainersTest extends FormatContract {
  ContainersTest() {
    super("cpio", "fit", "fit-external", "uimage-multi", "android-boot");
  }

  /** What is cut is the container, or another file in it. */
  @Override
  boolean tellsCut() {
    return false;
  }
}
