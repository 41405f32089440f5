#!/bin/sh
# PID 1 of the systemd lab: lays a writable root over the host's files, installs udev, kmod and the package under test there,
# and hands over to systemd, which runs job.sh when it has started. What it knows stands in $LAB_JOB (see job.ts).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=linux LC_ALL=C.UTF-8
exec </dev/null >/dev/tty0 2>&1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
. "$LAB_JOB/settings.sh"

# A folder that every system has; nothing below it is seen in the lab.
mount -t tmpfs -o mode=755 none /mnt
mkdir -p /mnt/upper /mnt/work /mnt/root /mnt/job
mount -t hostfs none /mnt/job -o "$LAB_JOB"
modprobe_all() { LD_LIBRARY_PATH="$LAB_LIBRARIES" "$LAB_MODPROBE" -d "$LAB_MODULES" "$@"; }
modprobe_all -a overlay configfs loop sg sd_mod dm-multipath dm-service-time
mount -t overlay none /mnt/root -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work || echo "lab: no overlay"
root=/mnt/root

# The host's own services, mounts and names are none of the lab's.
rm -rf $root/etc/systemd/system/*.wants $root/etc/udev/rules.d/*
# systemd would take the lab for a container where the host is one.
rm -f $root/.dockerenv $root/run/.containerenv
: >$root/etc/fstab
echo lab >$root/etc/hostname
for unit in systemd-networkd systemd-resolved systemd-timesyncd systemd-logind systemd-random-seed systemd-update-utmp \
  systemd-hwdb-update systemd-firstboot systemd-sysusers systemd-pstore systemd-udev-settle ldconfig getty@tty1 \
  console-getty kmod-static-nodes serial-getty@tty0 e2scrub_reap systemd-machine-id-commit systemd-user-sessions; do
  ln -sf /dev/null $root/etc/systemd/system/$unit.service
done
for unit in getty.target timers.target sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
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
[ -e $root/usr/bin/node ] || ln -s "$LAB_NODE" $root/usr/bin/node

mkdir -p $root/etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\n' >$root/etc/systemd/journald.conf.d/lab.conf
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
mkdir -p $root/etc/systemd/system/multi-user.target.wants $root/lab/job $root/lab/results
ln -s ../lab-job.service $root/etc/systemd/system/multi-user.target.wants/
cp /mnt/job/job.sh $root/lab/job.sh
printf '#!/bin/sh\nread -r up idle </proc/uptime\necho "$up" >/lab/job/started\nsh /lab/job.sh\necho $? >/lab/job/status\nsystemctl start poweroff.target --job-mode=replace-irreversibly --no-block\n' >$root/lab/run-job

# The tests do not wait half a minute for a controller that hangs.
mkdir -p $root/etc/systemd/system/pathmanager.service.d
printf '[Service]\nWatchdogSec=8\n' >$root/etc/systemd/system/pathmanager.service.d/lab.conf

mount -t proc proc $root/proc
mount -t tmpfs none $root/tmp
chroot $root dpkg --force-depends --force-unsafe-io --no-triggers -i "$LAB_DEB" >/mnt/dpkg.log 2>&1 || cat /mnt/dpkg.log
umount $root/tmp $root/proc

mount -t hostfs none $root/lab/job -o "$LAB_JOB"
mount -t hostfs none $root/lab/results -o "$LAB_RESULTS_FOLDER"
# Disks that are there before udev and the controller, as at any boot.
[ -z "$LAB_SCSI_DEBUG" ] || modprobe_all scsi_debug $LAB_SCSI_DEBUG

( sleep "$LAB_SECONDS"; echo w >/proc/sysrq-trigger; sleep 1; echo o >/proc/sysrq-trigger ) </dev/null &
umount /sys /proc
exec switch_root $root /lib/systemd/systemd --log-target=kmsg --log-level=warning --show-status=0
