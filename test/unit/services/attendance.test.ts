import { expect } from 'chai';
import { Attendance } from '../../../src/services/api/attendance.js';

describe('Attendance', () => {
  it('knows the versions of those who are there, each once', () => {
    const attendance = new Attendance();
    const leave = attendance.come('ispmlogger/1.0.0');
    attendance.come('ispmlogger/1.0.0');
    attendance.come('ispmlogger/0.9.0');
    attendance.come('ispmloggers/2.0.0');
    expect(attendance.versions('ispmlogger')).to.deep.equal(['1.0.0', '0.9.0']);
    leave();
    expect(attendance.versions('ispmlogger')).to.deep.equal(['1.0.0', '0.9.0']);
    expect(attendance.versions('ispmwatcher')).to.deep.equal([]);
  });

  it('forgets who has gone, and takes no notice of who gives no name', () => {
    const attendance = new Attendance();
    const leaveUnnamed = attendance.come(undefined);
    const leave = attendance.come('ispmlogger/1.0.0');
    leaveUnnamed();
    expect(attendance.versions('ispmlogger')).to.deep.equal(['1.0.0']);
    leave();
    expect(attendance.versions('ispmlogger')).to.deep.equal([]);
  });
});
