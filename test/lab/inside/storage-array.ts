/** What a story needs of any array, whatever leads to it. LUNs are asked for by name, ports by number from 0. */
export interface StorageArray {
  readonly portCount: number;
  readonly lunNames: readonly string[];
  /** The disk of a LUN behind one port, as `sda`, if it is there. */
  findDisk(name: string, port: number): string | undefined;
  /** Where a LUN behind a port is, as host:channel:target:lun. */
  hctl(name: string, port: number): string;
  /** The logical unit number of a LUN, on every port. */
  lunNumber(name: string): number;
  /** As the kernel shows it in sysfs. */
  wwid(name: string): string;
  /** The folder of a LUN in LIO's configfs. */
  storeFolder(name: string): string;
  /** The name of a port's ALUA group, a folder under each LUN's `alua`. */
  groupOf(port: number): string;
  /** Nobody has a use for it any more. */
  end(): void | Promise<void>;
}
