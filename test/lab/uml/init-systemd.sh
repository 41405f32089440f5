#!/bin/sh
# PID 1 of the systemd lab: lays the machine's own disk over the host's files, makes its storage, and hands over to systemd,
# which runs job.sh when it has started. What it knows stands in $LAB_JOB (see job.ts).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=linux LC_ALL=C.UTF-8
exec </dev/null >/dev/tty0 2>&1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
. "$LAB_JOB/settings.sh"

# A folder that every system has; nothing below it is seen in the lab.
mount -t tmpfs -o mode=755 none /mnt
mkdir -p /mnt/disk /mnt/root
modprobe_all() { LD_LIBRARY_PATH="$LAB_LIBRARIES" "$LAB_MODPROBE" -d "$LAB_MODULES" "$@"; }
modprobe_all -a overlay configfs sd_mod
mount -t ext4 /dev/ubda /mnt/disk || echo "lab: no disk"
mkdir -p /mnt/disk/upper /mnt/disk/work
mount -t overlay none /mnt/root -o lowerdir=/,upperdir=/mnt/disk/upper,workdir=/mnt/disk/work || echo "lab: no overlay"
root=/mnt/root

install_machine() {
  # The host's own services, mounts and names are none of the lab's.
  rm -rf $root/etc/systemd/system/*.wants $root/etc/udev/rules.d/*
  # systemd would take the lab for a container where the host is one.
  rm -f $root/.dockerenv $root/run/.containerenv
  : >$root/etc/fstab
  echo lab >$root/etc/hostname
  for unit in systemd-networkd systemd-resolved systemd-timesyncd systemd-logind systemd-random-seed systemd-update-utmp \
    systemd-hwdb-update systemd-firstboot systemd-sysusers systemd-pstore systemd-udev-settle ldconfig getty@tty1 \
    console-getty kmod-static-nodes serial-getty@tty0 e2scrub_reap systemd-machine-id-commit systemd-user-sessions dbus; do
    ln -sf /dev/null $root/etc/systemd/system/$unit.service
  done
  for unit in getty.target timers.target dbus.socket sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
    dev-mqueue.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
    ln -sf /dev/null $root/etc/systemd/system/$unit
  done
  # Debian's packages still name /bin, /sbin and /lib, which are links to folders of /usr; the hardware database is large.
  for folder in $LAB_PACKAGES; do
    for part in bin sbin lib; do
      [ ! -d "$folder/$part" ] || (cd "$folder/$part" && tar cf - --exclude=hwdb.d .) | tar xf - -C "$root/usr/$part"
    done
    for part in usr etc; do
      [ ! -d "$folder/$part" ] || (cd "$folder/$part" && tar cf - --exclude=hwdb.d --exclude=doc --exclude=man .) | tar xf - -C "$root/$part"
    done
  done
  mkdir -p $root/lib/modules
  ln -sfn "$LAB_MODULES/lib/modules/$(uname -r)" "$root/lib/modules/$(uname -r)"
  [ "$LAB_NODE" = /usr/bin/node ] || ln -sfn "$LAB_NODE" $root/usr/bin/node

  # Packages are installed in a database of the lab's own: the host's is long to read.
  rm -f $root/usr/sbin/policy-rc.d
  mkdir -p $root/lab/dpkg/info $root/lab/dpkg/updates $root/lab/job $root/lab/results
  : >$root/lab/dpkg/info/lab.list
  cat >$root/lab/dpkg/status <<'PACKAGES'
Package: lab
Status: install ok installed
Maintainer: the lab <lab@localhost>
Architecture: all
Version: 1
Provides: nodejs (= 99), libc6 (= 99), libstdc++6 (= 99), udev (= 999), dmsetup (= 9:9), kmod (= 99)
Description: what the host has or the lab has unpacked
PACKAGES
  mkdir -p $root/etc/systemd/journald.conf.d
  printf '[Journal]\nStorage=volatile\n' >$root/etc/systemd/journald.conf.d/lab.conf
  # What the array keeps its LUNs on belongs to the array: LVM would see everything twice.
  mkdir -p $root/etc/lvm
  printf 'devices {\n  global_filter = [ "r|^/dev/ubd|" ]\n}\n' >$root/etc/lvm/lvmlocal.conf
  # Neither the host's temporary files, among which this very project may be, nor its terminals concern the lab.
  mkdir -p $root/etc/systemd/system/systemd-tmpfiles-setup.service.d $root/etc/systemd/system/systemd-udev-trigger.service.d
  printf '[Service]\nExecStart=\nExecStart=systemd-tmpfiles --create --boot --prefix=/run --prefix=/var/log/pathmanager\n' \
    >$root/etc/systemd/system/systemd-tmpfiles-setup.service.d/lab.conf
  printf '[Service]\nExecStart=\nExecStart=-udevadm trigger --type=subsystems --action=add\nExecStart=-udevadm trigger --type=devices --action=add --subsystem-nomatch=tty\n' \
    >$root/etc/systemd/system/systemd-udev-trigger.service.d/lab.conf
  # Nothing that they could find is here, and they are run at each installation.
  mkdir -p $root/etc/systemd/system-generators
  for generator in $root/usr/lib/systemd/system-generators/*; do
    ln -sf /dev/null "$root/etc/systemd/system-generators/${generator##*/}"
  done
  cat >$root/etc/systemd/system/lab-job.service <<'UNIT'
[Unit]
Description=The lab's job
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh /lab/run-job
StandardOutput=tty
StandardError=inherit
TTYPath=/dev/tty0
TimeoutStartSec=infinity
TimeoutStopSec=1
UNIT
  mkdir -p $root/etc/systemd/system/multi-user.target.wants
  ln -s ../lab-job.service $root/etc/systemd/system/multi-user.target.wants/
  printf '#!/bin/sh\nread -r up idle </proc/uptime\necho "$up" >/lab/job/started\nsh /lab/job/job.sh\necho $? >/lab/job/status\nsystemctl start poweroff.target --job-mode=replace-irreversibly --no-block\n' >$root/lab/run-job
  # The tests do not wait half a minute for a controller that hangs.
  mkdir -p $root/etc/systemd/system/pathmanager.service.d
  printf '[Service]\nWatchdogSec=8\n' >$root/etc/systemd/system/pathmanager.service.d/lab.conf
}
[ -e $root/lab ] || install_machine

# Disks that are there before udev and the controller, as at any boot.
. "$LAB_JOB/storage.sh"
mount -t hostfs none $root/lab/job -o "$LAB_JOB"
mount -t hostfs none $root/lab/results -o "$LAB_RESULTS_FOLDER"

( sleep "$LAB_SECONDS"; echo w >/proc/sysrq-trigger; sleep 1; echo o >/proc/sysrq-trigger ) </dev/null &
umount -R /sys
umount /proc
exec switch_root $root /lib/systemd/systemd --log-target=kmsg --log-level=warning --show-status=0
